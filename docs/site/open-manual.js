// The manual is what a newcomer looks for: its part of the navigation is open until somebody closes it.
const MANUAL = "tsd-accordion-Manual";
if (localStorage.getItem(MANUAL) === null) localStorage.setItem(MANUAL, "true");
