/** Commit messages: https://www.conventionalcommits.org, with the parts of FleetMend as scopes. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'scope-enum': [
      2,
      'always',
      [
        ...['server', 'dashboard', 'client', 'simulator', 'e2e'],
        ...['domain', 'client-protocol', 'dashboard-api', 'simulation', 'tools', 'docs', 'deps'],
      ],
    ],
  },
};
