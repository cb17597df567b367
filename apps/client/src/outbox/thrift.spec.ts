import { VirtualClock } from '../../testing/virtual-clock';
import { type NetworkCost } from '../windows/network';
import { thriftOf } from './thrift';

const HOUR_MS = 3_600_000;

describe('thrift', () => {
  const clock = new VirtualClock();
  let cost: NetworkCost | Error;
  let asked: number;
  const network = {
    cost: () => {
      asked += 1;
      return cost instanceof Error ? Promise.reject(cost) : Promise.resolve(cost);
    },
  };
  beforeEach(() => {
    cost = 'metered';
    asked = 0;
  });

  it('lets inventory and history wait on a network that costs money, for a day at most', async () => {
    const thrift = thriftOf(undefined, network, clock);
    expect(await thrift()).toEqual([]);
    clock.advance(HOUR_MS);
    expect(await thrift()).toEqual([]);
    for (let hour = 0; hour < 24; hour += 1) {
      expect(await thrift()).toEqual(['inventory', 'history']);
      clock.advance(HOUR_MS);
    }
    clock.advance(60_000);
    expect(await thrift()).toEqual([]);
    clock.advance(HOUR_MS);
    expect(await thrift()).toEqual([]);
    expect(await thrift()).toEqual(['inventory', 'history']);
  });

  it('lets nothing wait elsewhere, and asks Windows rarely', async () => {
    cost = 'unrestricted';
    const thrift = thriftOf(undefined, network, clock);
    for (let message = 0; message < 100; message += 1) expect(await thrift()).toEqual([]);
    expect(asked).toBe(1);
    clock.advance(HOUR_MS);
    cost = new Error('unavailable');
    expect(await thrift()).toEqual([]);
    expect(asked).toBe(2);
  });

  it('does as it is set', async () => {
    cost = 'unrestricted';
    const thrift = thriftOf(true, network, clock);
    clock.advance(HOUR_MS);
    expect(await thrift()).toEqual([]);
    expect(await thrift()).toEqual(['inventory', 'history']);
    cost = 'metered';
    expect(await thriftOf(false, network, clock)()).toEqual([]);
    expect(asked).toBe(0);
  });
});
