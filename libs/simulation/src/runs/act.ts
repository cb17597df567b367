import type { RunEventReport } from '@fleetmend/client-protocol';
import type { Effect } from './effect';

type Body<Event> = Event extends RunEventReport
  ? Omit<Event, 'kind' | 'id' | 'createdAt' | 'runId' | 'sequence'>
  : never;

/** An event of a run without what every report has. */
export type RunEventBody = Body<RunEventReport>;

/** One thing that happens in a run, `after` milliseconds after the one before. */
export type Act = { readonly after: number } & (
  | { readonly kind: 'event'; readonly body: RunEventBody }
  | { readonly kind: 'history'; readonly name: string }
  | ({ readonly kind: 'effect' } & Effect)
);
