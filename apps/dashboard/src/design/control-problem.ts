import { type Signal, computed, effect, signal } from '@angular/core';
import { type AbstractControl } from '@angular/forms';
import { problemOf } from './contract-validator';

let lastId = 0;

/** A new id for an element of this page. */
export function elementId(): string {
  return `fm-${++lastId}`;
}

/** What to say about a control once it was left or sent; follows the control. In an injection context. */
export function controlProblem(control: Signal<AbstractControl>): Signal<string | null> {
  const version = signal(0);
  effect((onCleanup) => {
    const subscription = control().events.subscribe(() => {
      version.update((value) => value + 1);
    });
    onCleanup(() => {
      subscription.unsubscribe();
    });
  });
  return computed(() => {
    version();
    return control().touched ? problemOf(control()) : null;
  });
}
