// Runs before the first paint, so a chosen theme never flashes. It is a file because the policy allows no inline script.
try {
  var chosen = localStorage.getItem('signalbox.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch (blocked) {
  // Storage may be off; the system's theme is then used.
}
