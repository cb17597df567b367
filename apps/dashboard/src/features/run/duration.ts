/** How long it took from `start` to `end` (ISO 8601), in words: "0.3 s", "12 s", "3 min 5 s", "2 h 10 min". */
export function durationWords(start: string, end: string): string {
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
  if (!(seconds >= 0)) return '–';
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
