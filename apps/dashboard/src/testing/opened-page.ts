import { provideHttpClient } from '@angular/common/http';
import {
  HttpTestingController,
  type TestRequest,
  provideHttpClientTesting,
} from '@angular/common/http/testing';
import { type Provider, type Type } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { type Routes, Router, provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';
import { API_PREFIX, type Role } from '@fleetmend/dashboard-api';
import { SessionState } from '../api/session-state';
import { settled } from './deferred';
import { FakeLive } from './fake-live';
import { sampleSession } from './samples';

export interface OpenOptions {
  readonly role?: Role;
  readonly providers?: readonly Provider[];
  /** Where a page may lead to; everything else leads nowhere. */
  readonly routes?: Routes;
}

/** A page with its real template and router, and a server whose answers the test gives one by one. */
export class OpenedPage {
  readonly #held: { readonly path: string; readonly request: TestRequest }[] = [];
  readonly #answered = new Set<TestRequest>();

  private constructor(
    private readonly harness: RouterTestingHarness,
    private readonly http: HttpTestingController,
    readonly live: FakeLive,
  ) {}

  /** Opens `component`, which stands at the route `path`, at `url`. */
  static async open(
    component: Type<unknown>,
    path: string,
    url: string,
    { role = 'administrator', providers = [], routes = [] }: OpenOptions = {},
  ): Promise<OpenedPage> {
    const live = new FakeLive();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        provideRouter([{ path, component }, ...routes], withComponentInputBinding()),
        live.provider,
        ...providers,
      ],
    });
    TestBed.inject(SessionState).set(sampleSession({ role }));
    const harness = await RouterTestingHarness.create();
    const page = new OpenedPage(harness, TestBed.inject(HttpTestingController), live);
    await harness.navigateByUrl(url);
    await page.rest();
    return page;
  }

  /** The page's component. */
  component<T>(type: Type<T>): T {
    const found: unknown = this.harness.routeDebugElement?.componentInstance;
    if (!(found instanceof type)) throw new Error(`${type.name} is not open.`);
    return found;
  }

  get element(): HTMLElement {
    const root: unknown = this.harness.routeNativeElement;
    if (!(root instanceof HTMLElement)) throw new Error('No page is open.');
    return root;
  }

  get text(): string {
    return textOf(this.element);
  }

  get url(): string {
    return TestBed.inject(Router).url;
  }

  /** Lets everything happen that waits for nothing but its turn. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      this.harness.detectChanges();
      await settled();
    }
    this.harness.detectChanges();
  }

  /** The requests to this path that have no answer yet. */
  asked(path: string): TestRequest[] {
    const requests = this.http.match(({ url }) => url === API_PREFIX + path);
    this.#held.push(...requests.map((request) => ({ path, request })));
    const open = this.#held.filter(
      (held) => held.path === path && !held.request.cancelled && !this.#answered.has(held.request),
    );
    return open.map(({ request }) => request);
  }

  /** Answers the oldest open request to this path, and returns it. */
  async answer(path: string, body: object | string, status = 200): Promise<TestRequest> {
    const [request] = this.asked(path);
    if (request === undefined) throw new Error(`Nobody asked for ${path}.`);
    await this.reply(request, body, status);
    return request;
  }

  async reply(request: TestRequest, body: object | string, status = 200): Promise<void> {
    this.#answered.add(request);
    request.flush(body, { status, statusText: status === 200 ? 'OK' : 'Error' });
    await this.rest();
  }

  /** Refuses the oldest open request to this path. */
  async refuse(path: string, code: string, message: string, status = 409): Promise<void> {
    await this.answer(path, { code, message }, status);
  }

  /** Waits until the pause after a change is over, and lets the page ask again. */
  async changesGathered(): Promise<void> {
    await jest.advanceTimersByTimeAsync(2000);
    await this.rest();
  }

  /** The button with this text or label, anywhere in the document: dialogs lie outside of the page. */
  button(name: string | RegExp): HTMLButtonElement {
    const found = [...document.querySelectorAll('button')].find((button) =>
      matches(button.getAttribute('aria-label') ?? textOf(button), name),
    );
    if (found === undefined) throw new Error(`There is no button "${String(name)}".`);
    return found;
  }

  hasButton(name: string | RegExp): boolean {
    return [...document.querySelectorAll('button')].some((button) =>
      matches(button.getAttribute('aria-label') ?? textOf(button), name),
    );
  }

  async press(name: string | RegExp): Promise<void> {
    this.button(name).click();
    await this.rest();
  }

  /** The box with this label. */
  box(label: string): HTMLInputElement {
    const found = [...this.element.querySelectorAll<HTMLInputElement>('input[type=checkbox]')].find(
      (input) => input.getAttribute('aria-label') === label,
    );
    if (found === undefined) throw new Error(`There is no box "${label}".`);
    return found;
  }

  async tick(label: string): Promise<void> {
    this.box(label).click();
    await this.rest();
  }
}

/** The words of an element; what stands in different elements is apart, as on the screen. */
export function textOf(element: Element): string {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    words.push(node.nodeValue ?? '');
  }
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

function matches(text: string, name: string | RegExp): boolean {
  return typeof name === 'string' ? text === name : name.test(text);
}
