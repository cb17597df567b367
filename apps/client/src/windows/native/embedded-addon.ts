/**
 * The native part of koffi for the Windows that is built for. The build puts its bytes here (tools/build/build-client.mjs); in the
 * sources there are none, and the native implementation can't be used.
 */
export const embeddedAddon: Uint8Array | undefined = undefined;
