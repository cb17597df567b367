import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CLIENT_UPDATE_REASONS } from '@fleetmend/domain';
import * as z from 'zod';
import * as protocol from './index';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/protocol.md'), 'utf8');

/** All JSON blocks of the page, with the schema that the comment before them names. */
const blocks = [...page.matchAll(/(?:<!-- example: (\w+) -->\n\n)?```json\n([\s\S]*?)```/g)].map(
  (match) => ({ schema: match[1] ?? 'none', json: match[2] ?? '' }),
);

describe('docs/protocol.md', () => {
  it('has a schema for every example, and an example for every kind of message', () => {
    const named = new Set(blocks.map(({ schema }) => schema));
    expect(blocks.length).toBe(page.split('```json').length - 1);
    expect(named).not.toContain('none');
    const shown = [
      ...['enrolmentRequest', 'enrolmentResponse', 'enrolmentError', 'handshake', 'clockSkew'],
      ...['retryAfter'],
      ...[
        'proofClaims',
        'orderClaims',
        'reportsMessage',
        'reportsAck',
        'fetchOrdersAck',
        'refusal',
      ],
      ...['failureReport', 'successReport', 'inventoryReport', 'historyReport'],
      ...['fetchUpdate', 'fetchUpdateAck', 'offerClaims', 'releaseManifest', 'clientUpdateReport'],
      ...['reEnrolmentRequest', 'reEnrolmentWaiting'],
      ...['rejectedOrderReport', 'stepEvent', 'stateEvent', 'verdictEvent', 'refusedEvent'],
    ].map((name) => `${name}Schema`);
    expect([...named].sort()).toEqual(shown.sort());
  });

  it.each(blocks.map(({ schema, json }) => [schema, json]))(
    '%s takes its example',
    (name, json) => {
      const schema: unknown = Reflect.get(protocol, name);
      if (!(schema instanceof z.ZodType)) throw new Error(`there is no schema ${name}`);
      const example: unknown = JSON.parse(json);
      // Equal, not only accepted: a misspelt optional field would be dropped.
      expect(schema.parse(example)).toEqual(example);
    },
  );

  it.each([
    ...protocol.HANDSHAKE_REFUSALS,
    ...protocol.REFUSAL_CODES,
    ...protocol.ORDER_REFUSALS,
    protocol.REPORTS,
    protocol.FETCH_ORDERS,
    protocol.ORDERS_WAITING,
    protocol.SERVER_CLOSING,
    protocol.MACHINES_NAMESPACE,
    protocol.SOCKET_PATH,
    protocol.PROOF_TYPE,
    protocol.ORDER_TYPE,
    protocol.FETCH_UPDATE,
    protocol.UPDATE_WAITING,
    protocol.OFFER_TYPE,
    protocol.RELEASE_TYPE,
    protocol.PROOF_SCHEME,
    protocol.executablePath('RELEASE'),
    ...Object.keys(CLIENT_UPDATE_REASONS),
    `Version ${protocol.PROTOCOL_VERSION}.`,
    protocol.MAX_MESSAGE_BYTES.toLocaleString('en'),
  ])('speaks of %s', (word) => {
    expect(page).toContain(word);
  });
});
