import { type MachineAction } from '@fleetmend/domain';
import { type RunDefinition } from '../run-definition';
import { type StepContext, type StepExecutor, type StepOutcome } from '../step';
import { windowsBuild } from '../windows-build';

type Action = Extract<MachineAction, { action: 'check-feature-update' }>;

/** The codes for which the value was published. */
const PUBLISHED: readonly string[] = ['0x80240020', '0x80080080', '0x8024600A'];
/** From here on Windows has no documented meaning for the value: Windows 10. */
const FIRST_UNDOCUMENTED_BUILD = 10_240;

/** Whether a failure is one of a feature update: by its kind, its two-part code, or the codes that only those have. */
export function isFeatureUpdate(failure: NonNullable<RunDefinition['failure']>): boolean {
  return (
    failure.updateKind === 'feature' ||
    failure.extendedCode !== undefined ||
    /^0xC190/i.test(failure.code) ||
    PUBLISHED.includes(failure.code)
  );
}

/** The value is for feature updates only, and on newer systems for whoever insists. */
export const checkFeatureUpdate: StepExecutor<Action> = {
  execute: (_, context) => check(context),
  describe: async (_, context) => (await check(context)).message,
};

async function check(context: StepContext): Promise<StepOutcome> {
  const { failure, parameters } = context.definition;
  const refuse = (message: string): StepOutcome => ({ state: 'refused', message });
  if (failure && !isFeatureUpdate(failure)) {
    return refuse(`${failure.code} (${failure.phase}) is no failure of a feature update.`);
  }
  if (!failure && parameters['withoutFailure'] !== true) {
    return refuse(
      'The run is to mend no failure. The value is for feature updates that fail; the order can say "withoutFailure".',
    );
  }
  const build = await windowsBuild(context);
  const isDocumented = build !== undefined && build < FIRST_UNDOCUMENTED_BUILD;
  const which = `This Windows (build ${build ?? 'unknown'}) has no documented meaning for AllowOSUpgrade: it was published for Windows 7 and 8.1.`;
  if (!isDocumented && parameters['evenIfUndocumented'] !== true) {
    return refuse(`${which} It is set only when the order says "evenIfUndocumented".`);
  }
  return {
    state: 'done',
    message: isDocumented
      ? 'It is about a feature update, and this Windows knows the value.'
      : `${which} The order says to set it anyway; it does no harm.`,
    details: { build: build ?? 0, documented: isDocumented },
  };
}
