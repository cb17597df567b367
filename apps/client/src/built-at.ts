/** Set by the build. */
declare const __CLIENT_BUILT_AT__: string | undefined;

/** The day of the build: whoever runs the client knows that it is not earlier. In specs, a day before all of them. */
export const CLIENT_BUILT_AT = new Date(
  typeof __CLIENT_BUILT_AT__ === 'string' ? __CLIENT_BUILT_AT__ : '2026-11-01',
);
