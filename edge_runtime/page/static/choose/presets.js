// What a musician asks for, and what it means for the tool and its fields.

export const PRESETS = {
  repair: {
    label: "Repair",
    hint: "The likeliest sound, grown from what surrounds the selection.",
    tool: "inpaint",
    variation: 0,
  },
  small: {
    label: "Small variation",
    hint: "Much as it was, played a little differently.",
    tool: "inpaint",
    variation: 0.25,
  },
  large: {
    label: "Large variation",
    hint: "Something else that fits in here. Takes differ.",
    tool: "inpaint",
    variation: 0.6,
  },
  wild: {
    label: "Wild",
    hint: "Anything the model knows. Takes differ a lot.",
    tool: "inpaint",
    variation: 1,
  },
  texture: {
    label: "Texture",
    hint: "The same pieces of sound in another order: grain without a shape.",
    tool: "shuffle",
    strength: 1,
  },
  remove: {
    label: "Remove",
    hint: "Silence in place of what the model hears of the selection.",
    tool: "erase",
    strength: 1,
  },
};

export const FIRST = "large";

/** In words: from the likeliest to the wildest. */
export function variationText(variation) {
  if (variation === 0) return "likeliest";
  if (variation < 0.4) return "close";
  if (variation < 0.8) return "free";
  return "wild";
}

// Temperatures of draws from naive Bayes, whose guesses are too sure of themselves.
const [COOLEST, HOTTEST] = [0.7, 8];

/** What one number from 0 to 1 asks of a prior that does not know such a number. */
export function drawsOf(variation) {
  if (variation === 0) return { predict: "argmax" };
  const temperature = COOLEST * (HOTTEST / COOLEST) ** variation;
  return { predict: "sample", temperature: Number(temperature.toFixed(2)) };
}
