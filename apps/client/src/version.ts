/** The version of the client, as it tells the server. Equal to the one of package.json (a test says so). */
export const CLIENT_VERSION = '0.1.0';
