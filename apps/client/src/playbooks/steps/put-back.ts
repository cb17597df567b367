import { type Rename } from '../journal-entry';
import { freeName, renamePatiently, renameStands, stopServicesAgain } from '../renames';
import { type PutBackAction, type StepContext, type StepExecutor } from '../step';

/** Puts back what an earlier run renamed; what stands there now is put aside, not deleted. */
export const putBack: StepExecutor<PutBackAction> = {
  async execute(step, context) {
    await stopServicesAgain(context);
    const done: string[] = [];
    for (const { from, to } of step.renames.toReversed()) {
      if (!(await renameStands({ from, to, kind: 'away' }, context))) continue;
      await exchange(from, to, context);
      done.push(from);
    }
    return {
      state: 'done',
      message: done.length === 0 ? 'It is back already.' : `Put back: ${done.join(', ')}.`,
    };
  },
  describe: (step) =>
    Promise.resolve(
      step.renames.map(({ from, to }) => `Would rename "${to}" back to "${from}".`).join(' '),
    ),
};

async function exchange(path: string, backup: string, context: StepContext): Promise<void> {
  const { directories } = context.windows;
  if ((await directories.inspect(path)) !== 'missing') {
    const aside: Rename = { from: path, to: await freeName(path, context, 'undone'), kind: 'away' };
    await context.note({ rename: aside });
    await renamePatiently(aside.from, aside.to, context);
  }
  await context.note({ rename: { from: backup, to: path, kind: 'back' } });
  await renamePatiently(backup, path, context);
}
