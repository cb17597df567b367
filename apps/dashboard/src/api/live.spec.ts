import { Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { settled } from '../testing/deferred';
import { PlayedServer, provideRealApi } from '../testing/real-api';
import { sampleId, sampleSession } from '../testing/samples';
import { Live, type LiveEvent, type LiveSocket, OPEN_SOCKET } from './live';
import { SessionState } from './session-state';

@Component({ template: '' })
class SignInPage {}

/** A socket whose other end is the test. */
class FakeSocket implements LiveSocket {
  active = true;
  open = true;
  connects = 0;
  readonly #listeners = new Map<string, (...values: unknown[]) => void>();

  on(event: string, listener: (...values: unknown[]) => void): void {
    this.#listeners.set(event, listener);
  }
  connect(): void {
    this.connects++;
  }
  disconnect(): void {
    this.open = false;
  }
  hear(event: string, ...values: unknown[]): void {
    this.#listeners.get(event)?.(...values);
  }
}

const changes = {
  machines: [sampleId(1)],
  fingerprints: [],
  runs: [],
  remediations: [],
  campaigns: [],
  lists: [],
  truncated: false,
};

describe('Live', () => {
  let sockets: FakeSocket[];
  let live: Live;
  let state: SessionState;
  let server: PlayedServer;
  let events: LiveEvent[];

  beforeEach(async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
    sockets = [];
    TestBed.configureTestingModule({
      providers: [
        provideRealApi(),
        provideRouter([{ path: 'sign-in', component: SignInPage }]),
        {
          provide: OPEN_SOCKET,
          useValue: () => {
            const socket = new FakeSocket();
            sockets.push(socket);
            return Promise.resolve(socket);
          },
        },
      ],
    });
    state = TestBed.inject(SessionState);
    live = TestBed.inject(Live);
    server = new PlayedServer();
    events = [];
    live.events.subscribe((event) => events.push(event));
    state.set(sampleSession());
    await quiet();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  async function quiet(): Promise<void> {
    TestBed.tick();
    await settled();
  }

  it('opens with a session, and not before', () => {
    expect(sockets).toHaveLength(1);
    expect(live.state()).toBe('waiting');
    sockets[0]!.hear('connect');
    expect(live.state()).toBe('connected');
  });

  it('passes changes on', () => {
    sockets[0]!.hear('connect');
    sockets[0]!.hear('changes', changes);
    expect(events).toEqual([{ type: 'resync' }, { type: 'changes', changes }]);
  });

  it('asks for everything when it does not understand what changed', () => {
    sockets[0]!.hear('changes', { machines: 'all' });
    expect(events).toEqual([{ type: 'resync' }]);
  });

  it('asks for everything with each connection: what changed before it was told to nobody', () => {
    const [socket] = sockets as [FakeSocket];
    socket.hear('connect_error');
    expect(events).toEqual([]);
    socket.hear('connect');
    expect(events).toEqual([{ type: 'resync' }]);
    socket.hear('disconnect');
    expect(live.state()).toBe('waiting');
    socket.hear('connect');
    expect(events).toEqual([{ type: 'resync' }, { type: 'resync' }]);
  });

  it('closes with the session, and opens anew with the next', async () => {
    state.set(null);
    await quiet();
    expect([sockets[0]!.open, live.state()]).toEqual([false, 'off']);
    state.set(sampleSession({ id: sampleId(2) }));
    await quiet();
    expect(sockets).toHaveLength(2);
  });

  it('stays open when only the token of the same session is renewed', async () => {
    state.set(sampleSession({}, 'csrf-2'));
    await quiet();
    expect([sockets.length, sockets[0]!.open]).toEqual([1, true]);
  });

  it('does not keep a socket whose session ended while it was opened', async () => {
    state.set(sampleSession({ id: sampleId(2) }));
    TestBed.tick();
    state.set(null);
    await quiet();
    expect(sockets.map((socket) => socket.open)).toEqual([false, false]);
  });

  it('connects again after the server closed it, if the session still stands', async () => {
    const [socket] = sockets as [FakeSocket];
    socket.hear('connect');
    socket.active = false;
    socket.hear('disconnect', 'io server disconnect');
    jest.advanceTimersByTime(6000);
    await server.answer('GET /session', sampleSession());
    expect(socket.connects).toBe(1);
  });

  it('ends when the server refuses it because the session has ended', async () => {
    const [socket] = sockets as [FakeSocket];
    socket.active = false;
    socket.hear('connect_error');
    jest.advanceTimersByTime(6000);
    await server.answer('GET /session', { code: 'unauthenticated', message: 'Sign in.' }, 401);
    await quiet();
    expect([socket.connects, socket.open, live.state()]).toEqual([0, false, 'off']);
  });

  it('keeps trying while the server is away', async () => {
    const [socket] = sockets as [FakeSocket];
    socket.active = false;
    socket.hear('connect_error');
    jest.advanceTimersByTime(6000);
    await server.drop('GET /session');
    jest.advanceTimersByTime(6000);
    await server.answer('GET /session', sampleSession());
    expect(socket.connects).toBe(1);
  });
});
