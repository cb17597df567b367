import { playbookListSchema } from '@fleetmend/dashboard-api';
import { PlaybooksController } from './playbooks.controller';

describe('playbooks', () => {
  it('are described as the contract says, without what only the client needs', () => {
    const list = new PlaybooksController().list();
    expect(playbookListSchema.strict().parse(list)).toEqual(list);
    expect(list.items.map(({ name }) => name)).toContain('reset-software-distribution');
    expect(JSON.stringify(list)).not.toContain('timeoutSeconds');
  });
});
