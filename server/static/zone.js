// Offers the time zone this browser keeps, as long as another one is chosen; where nobody has chosen yet it is taken.
const zones = document.getElementById("time_zone");
const offer = document.getElementById("zone-offer");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && offer && here) {
  const isHere = (one) => one.value === here || (one.dataset.also ?? "").split(" ").includes(here);
  const found = [...zones.options].find(isHere) ?? zones.appendChild(new Option(here, here));
  const show = () => {
    offer.hidden = found.selected;
  };
  if ("guess" in zones.dataset) found.selected = true;
  document.getElementById("zone-here").textContent = found.textContent;
  document.getElementById("zone-take").addEventListener("click", () => {
    found.selected = true;
    show();
    zones.focus();
  });
  zones.addEventListener("change", show);
  show();
}
