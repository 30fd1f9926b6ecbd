// Dropping sounds onto the page: anywhere to open one, on the second slot to mix it in.

import { droppedTake } from "./drag_out.js";

/** @param take function of a file or a take of this page */
export function acceptDrops(element, take) {
  const over = (event) => {
    if (!event.dataTransfer.types.includes("Files") && !droppedTake(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    document.body.classList.add("dropping");
  };
  element.addEventListener("dragenter", over);
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", (event) => {
    if (!element.contains(event.relatedTarget)) document.body.classList.remove("dropping");
  });
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    document.body.classList.remove("dropping");
    const dropped = droppedTake(event) ?? event.dataTransfer.files[0];
    if (dropped) take(dropped);
  });
}
