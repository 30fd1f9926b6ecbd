// Copying text, also where the page is not from localhost and so not "secure".

export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy"); // deprecated, and the only way over plain HTTP
  field.remove();
}
