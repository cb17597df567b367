import fc from 'fast-check';
import { EventQueue } from './event-queue';

it('does all events in the order of their times, those of one time as they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(60), (times, until) => {
      const queue = new EventQueue(0);
      const done: [number, number][] = [];
      times.forEach((at, index) => {
        queue.add(at, () => done.push([at, index]));
      });
      queue.runUntil(until);
      const due = times.map((at, index): [number, number] => [at, index]);
      expect(done).toEqual(
        due.filter(([at]) => at <= until).sort(([a, i], [b, j]) => a - b || i - j),
      );
      expect(queue.now).toBe(until);
      expect(queue.size).toBe(times.length - done.length);
    }),
  );
});

it('does what is added meanwhile, and never goes back', () => {
  const queue = new EventQueue(10);
  const at: number[] = [];
  queue.add(20, () => {
    queue.add(5, () => at.push(queue.now));
    queue.add(30, () => at.push(queue.now));
  });
  queue.runUntil(40);
  expect(at).toEqual([20, 30]);
});
