import { sampleMove } from '../../testing/campaign-samples';
import { movedTo, subjectOf } from './feed-words';
import { waveWords } from './wave-words';

describe('the feed', () => {
  it.each([
    [sampleMove(1, { wave: 2, from: 'evaluating', to: 'failed' }), 'Wave 2', 'Failed'],
    [sampleMove(1, { wave: null, from: 'running', to: 'paused' }), 'Campaign', 'Paused'],
    // A decision about a wave that sets the campaign going again.
    [sampleMove(1, { wave: 2, from: 'paused', to: 'running' }), 'Campaign, for wave 2', 'Running'],
    [sampleMove(1, { wave: null, from: null, to: null }), 'Campaign', undefined],
  ])('%#: says what moved, and where to', (move, subject, state) => {
    expect(subjectOf(move)).toBe(subject);
    expect(movedTo(move)?.label).toBe(state);
  });
});

describe('waveWords', () => {
  it('never says of a wave that it works, or will, once the campaign has ended', () => {
    expect(waveWords('dispatching', false).label).toBe('Going out');
    expect(waveWords('dispatching', true).label).toBe('Not finished');
    expect(waveWords('planned', true).label).toBe('Never begun');
    expect(waveWords('passed', true).label).toBe('Passed');
  });
});
