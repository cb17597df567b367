/** What a person does and sees, by the words on the page. */
export class Screen {
  constructor(private readonly root: HTMLElement) {}

  get text(): string {
    const walker = this.root.ownerDocument.createTreeWalker(this.root, NodeFilter.SHOW_TEXT);
    const parts: string[] = [];
    while (walker.nextNode() !== null) parts.push(walker.currentNode.textContent ?? '');
    return parts.join(' ').replace(/\s+/g, ' ').trim();
  }

  field(label: string): HTMLInputElement {
    const found = [...this.root.querySelectorAll('label')].find((each) => words(each) === label);
    const field = found && this.root.ownerDocument.getElementById(found.htmlFor);
    if (!(field instanceof HTMLElement))
      throw new Error(`There is no field "${label}" in: ${this.text}`);
    return field as HTMLInputElement;
  }

  hasField(label: string): boolean {
    return [...this.root.querySelectorAll('label')].some((each) => words(each) === label);
  }

  /** The words that a screen reader adds to the field. */
  description(label: string): string {
    const ids = this.field(label).getAttribute('aria-describedby')?.split(' ') ?? [];
    return ids.map((id) => words(this.root.ownerDocument.getElementById(id))).join(' ');
  }

  type(label: string, value: string): void {
    const field = this.field(label);
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Chooses among radio buttons whose label begins with `name`. */
  choose(name: string): void {
    const label = [...this.root.querySelectorAll('label')].find((each) =>
      words(each).startsWith(name),
    );
    const radio = label?.querySelector('input');
    if (radio == null) throw new Error(`There is no choice "${name}" in: ${this.text}`);
    radio.click();
  }

  button(name: string): HTMLButtonElement {
    const found = [...this.root.querySelectorAll('button')].find(
      (each) => (each.getAttribute('aria-label') ?? words(each)) === name,
    );
    if (found === undefined) throw new Error(`There is no button "${name}" in: ${this.text}`);
    return found;
  }

  hasButton(name: string): boolean {
    return [...this.root.querySelectorAll('button')].some(
      (each) => (each.getAttribute('aria-label') ?? words(each)) === name,
    );
  }

  press(name: string): void {
    this.button(name).click();
  }
}

function words(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}
