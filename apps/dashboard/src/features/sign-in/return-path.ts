/** The page to go back to after sign-in; only pages of this dashboard, never another site. */
export function returnPath(asked: string | undefined): string {
  if (asked === undefined || !/^\/(?![/\\])/.test(asked) || asked.startsWith('/sign-in'))
    return '/';
  return asked;
}
