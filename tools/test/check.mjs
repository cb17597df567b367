import { main as run } from './run.mjs';

/** `npm run check`: the stages that need no database, browser or Windows. */
export const main = (args) => run(['--quick', ...args]);
