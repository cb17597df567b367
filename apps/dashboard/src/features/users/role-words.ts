import { ROLES, type Role } from '@fleetmend/dashboard-api';
import { type Choice } from '../../design/select-field';

/** Roles for people. */
export const roleNames: Readonly<Record<Role, string>> = {
  viewer: 'Viewer',
  operator: 'Operator',
  administrator: 'Administrator',
};

export const roleMeanings: Readonly<Record<Role, string>> = {
  viewer: 'sees everything, changes nothing',
  operator: 'also remediates machines',
  administrator: 'also manages users and enrolment',
};

export const roleChoices: readonly Choice[] = ROLES.map((role) => ({
  value: role,
  name: `${roleNames[role]}: ${roleMeanings[role]}`,
}));
