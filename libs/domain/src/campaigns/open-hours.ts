import type { OpenHours } from '../connection-habits';
import type { MaintenanceWindow } from './campaign-plan';
import { nextOpening, openWindow } from './maintenance-window';

const HOUR = 3_600_000;

/**
 * Whether work may begin at some time of an hour, for plans that ask about thousands of hours: each window is looked up
 * once, not each hour. `zone` is that of the machine, see {@link openWindow}.
 */
export function openHours(
  windows: readonly MaintenanceWindow[],
  zone: string | undefined,
): OpenHours {
  const spans: { readonly from: number; readonly to: number; readonly open: boolean }[] = [];
  return (hour) => {
    if (windows.length === 0) return true;
    for (let at = hour.getTime(); at < hour.getTime() + HOUR;) {
      let span = spans.find(({ from, to }) => from <= at && at < to);
      if (!span) {
        const until = openWindow(windows, zone, new Date(at))?.until;
        const to = until ?? nextOpening(windows, zone, new Date(at));
        span = { from: at, to: to?.getTime() ?? Infinity, open: until !== undefined };
        spans.push(span);
      }
      if (span.open) return true;
      at = span.to;
    }
    return false;
  };
}
