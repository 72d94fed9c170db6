/** A page that was opened from the menu, at the address where it was last. */
export interface OpenTab {
  path: string;
  title: string;
  address: string;
}

/** The tabs with this one at its latest address; the same array when nothing changed. */
export function withTab(tabs: readonly OpenTab[], tab: OpenTab): readonly OpenTab[] {
  const known = tabs.find(({ path }) => path === tab.path);
  if (!known) return [...tabs, tab];
  if (known.address === tab.address) return tabs;
  return tabs.map((other) => (other === known ? tab : other));
}
