// The time zone of this device stands first in a list of zones; nothing is chosen for anybody.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const list of document.querySelectorAll("select[name=time_zone]")) {
  const here = [...list.options].find((option) => option.value === zone);
  if (here) list.prepend(here);
}
