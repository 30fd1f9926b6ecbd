// Dragging a result out of the browser, or onto another place of this page.

const OWN_TYPE = "application/x-take";

let dragged = null; // the take under way, for drops inside this page

export function fileName(take) {
  const stem = take.name.replace(/\.[^.]*$/, "").replace(/[^\w-]+/g, "_") || "sound";
  return take.report ? `${stem}-${take.report.tool}-${take.report.seed}.wav` : `${stem}.wav`;
}

export function wavUrl(take) {
  take.url ??= URL.createObjectURL(new Blob([take.wav], { type: "audio/wav" }));
  return take.url;
}

/** @param takeOf function that gives the sound to drag, or null */
export function makeDraggable(element, takeOf) {
  element.draggable = true;
  element.addEventListener("dragstart", (event) => {
    dragged = takeOf();
    if (!dragged) {
      event.preventDefault(); // it must be made again first: a click does
      return;
    }
    const url = wavUrl(dragged);
    // Chromium writes a file for DownloadURL; others offer the address.
    event.dataTransfer.setData("DownloadURL", `audio/wav:${fileName(dragged)}:${url}`);
    event.dataTransfer.setData("text/uri-list", url);
    event.dataTransfer.setData(OWN_TYPE, "");
    event.dataTransfer.effectAllowed = "copy";
  });
  element.addEventListener("dragend", () => {
    dragged = null;
  });
}

/** The take that a drop brings from this page, if it does. */
export function droppedTake(event) {
  return event.dataTransfer.types.includes(OWN_TYPE) ? dragged : null;
}
