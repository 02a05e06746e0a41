// The button is only there where it works; without this file the browser's own menu prints.
const button = document.querySelector(".print");
button.hidden = false;
button.addEventListener("click", () => print());
