// Runs before the first paint, so that a dark page never flashes light. `src/design/theme.ts` is the other half.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('fleetmend.theme');
  } catch {
    // Storage is blocked: follow the system.
  }
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
})();
