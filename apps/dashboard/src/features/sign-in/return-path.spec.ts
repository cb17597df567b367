import { returnPath } from './return-path';

describe('returnPath', () => {
  it.each([
    ['/machines?search=pc#top', '/machines?search=pc#top'],
    [undefined, '/'],
    ['', '/'],
    ['machines', '/'],
    ['https://evil.example', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?returnTo=/', '/'],
  ])('of %j is %j', (asked, path) => {
    expect(returnPath(asked)).toBe(path);
  });
});
