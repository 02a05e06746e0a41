// Fills in the time zone this browser keeps, as long as nobody has typed another.
const zone = document.getElementById("time_zone");
if (zone && zone.value === "UTC") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
