// Names of tools and choices for people; the server knows them by other words.

export const TOOLS = {
  inpaint: [
    "Inpaint",
    "Regenerate the selection from what surrounds it.",
  ],
  noise: ["Randomize", "Give a share of the selected cells codes at random."],
  erase: ["Erase", "Replace a share of the selected cells by silence."],
  mix: ["Mix", "Take a share of the selected cells from a second sound."],
  freeze: ["Freeze", "Hold one moment, or one frequency, over the cells after it."],
  shift: ["Shift", "Move the codes later or higher."],
  shuffle: ["Shuffle", "Let the selected cells swap their codes."],
  gaussian_noise: ["Blur", "Add noise to the vectors behind the codes."],
  keep_channels: ["Thin out", "Remove channels of the vectors behind the codes."],
  mix_channels: ["Cross", "Take channels of the vectors from a second sound."],
};

export const CHOICES = {
  learned: "Learned",
  naive_bayes: "Naive Bayes",
  marginal: "Code frequency",
  argmax: "Likeliest",
  sample: "By chance",
  auto: "Automatic",
  both: "All around",
  time: "Time",
  frequency: "Frequency",
  autoregressive: "One by one",
  independent: "All at once",
  continued: "Goes on",
  original: "As it was",
  griffin_lim: "New",
  instantaneous_frequency: "Decoded",
};

// Name, and what one hears of it.
export const ARGUMENTS = {
  strength: ["Strength", "How much of what is selected changes"],
  axis: ["Along", "Whether it runs through time or through frequency"],
};

export const EXAMPLES = { drums: "Drums", voice: "Voice", notes: "Notes" };

export const toolName = (name) => TOOLS[name]?.[0] ?? name;
export const toolHint = (name) => TOOLS[name]?.[1] ?? "";
export const argumentName = (name) => ARGUMENTS[name]?.[0] ?? name;
export const argumentHint = (name) => ARGUMENTS[name]?.[1] ?? "";
export const choiceName = (name) => CHOICES[name] ?? name;
