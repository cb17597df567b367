/** Something that is wrong with a rule: where in it (`hardErrors.percent`, `0.verdicts`), and what, for people. */
export interface RuleProblem {
  readonly path: string;
  readonly message: string;
}
