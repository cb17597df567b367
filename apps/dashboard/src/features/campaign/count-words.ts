/** A number as people write it: "1,000". */
export function numberWords(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 1 });
}

/** "1 machine", "37 machines". */
export function machineWords(count: number): string {
  return `${numberWords(count)} ${count === 1 ? 'machine' : 'machines'}`;
}

/** A count with the words for one, or for another number of it: "1 machine goes", "2 machines go". */
export function countedWords(count: number, one: string, more: string): string {
  return `${numberWords(count)} ${count === 1 ? one : more}`;
}

/** Hours as people say them: "30 minutes", "4 hours", "3 days". */
export function hourWords(hours: number): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  if (hours >= 48 && hours % 24 === 0) return `${hours / 24} days`;
  return `${numberWords(hours)} ${hours === 1 ? 'hour' : 'hours'}`;
}
