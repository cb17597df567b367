/** For `aria-describedby` of the field `id`, below which stand `PlanFieldWords`. */
export function planFieldIds(
  id: string,
  problem: string | null,
  hint: string | null,
): string | null {
  const ids = [problem === null ? [] : [`${id}-problem`], hint === null ? [] : [`${id}-hint`]];
  return ids.flat().join(' ') || null;
}
