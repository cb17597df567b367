/** A new version of the client that can't even begin. */
process.exit(3);
