import { mergeTests } from '@playwright/test';
import { test as productTest } from '../test';
import { test as windowsTest } from '../windows/windows-test';

/** Playwright's `test` with everything that is real: server, database, browser, and the executable on Windows. */
export const test = mergeTests(productTest, windowsTest);

export { expect } from '@playwright/test';
