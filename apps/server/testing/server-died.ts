/** A server of a test died in the middle of its work. */
export class ServerDied extends Error {
  constructor(
    /** Whether what it was doing is written: then only what follows a commit is lost. */
    readonly isWritten: boolean,
  ) {
    super(isWritten ? 'died after its commit' : 'died before its commit');
  }
}
