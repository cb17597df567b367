import { TestBed } from '@angular/core/testing';
import { NavigationError } from '@angular/router';
import { LOAD_ANEW, onNavigationError } from './stale-page';

describe('onNavigationError', () => {
  const loadAnew = jest.fn<undefined, [string]>();
  const missing = new TypeError('Failed to fetch dynamically imported module: /chunk-1.js');

  beforeEach(() => {
    sessionStorage.clear();
    loadAnew.mockReset();
    TestBed.configureTestingModule({ providers: [{ provide: LOAD_ANEW, useValue: loadAnew }] });
  });
  afterEach(() => {
    sessionStorage.clear();
    jest.useRealTimers();
  });

  function fails(error: unknown): void {
    TestBed.runInInjectionContext(() => {
      onNavigationError(new NavigationError(1, '/machines?failing=true', error));
    });
  }

  it('loads the dashboard anew at the page whose file is gone', () => {
    fails(missing);
    expect(loadAnew).toHaveBeenCalledWith('/machines?failing=true');
  });

  it('does it once, and again only much later', () => {
    jest.useFakeTimers();
    fails(missing);
    fails(missing);
    expect(loadAnew).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(60_000);
    fails(missing);
    expect(loadAnew).toHaveBeenCalledTimes(2);
  });

  it('leaves every other failure alone', () => {
    fails(new Error('A guard threw.'));
    expect(loadAnew).not.toHaveBeenCalled();
  });
});
