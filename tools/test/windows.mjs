import { prepareTestbed } from '../windows-testbed/testbed.mjs';

/**
 * A Windows for the tests of the executable: this machine, or the testbed, which finds or makes a Wine.
 * Answers no variables, since the tests ask the testbed themselves, or what is missing.
 */
export async function windows() {
  if (process.platform === 'win32') return {};
  const testbed = await prepareTestbed({ log: (text) => console.log(text) });
  return testbed.available ? {} : { missing: testbed.reason };
}
