// Copying text, also where the page is not from localhost and so not "secure".

export async function copyText(input) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(input.value);
    return;
  }
  input.select();
  document.execCommand("copy"); // deprecated, and the only way over plain HTTP
}
