/** Markdown as plain data for a preview: the page shows text nodes, so that nothing in an article can become markup. */
export type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'code'; text: string };

const bullet = /^\s*[-*+]\s+(.*)$/;
const numbered = /^\s*\d+[.)]\s+(.*)$/;

/** Emphasis and links keep their words and lose their signs. */
export function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, (_, label: string, to: string) => (label && to ? `${label} (${to})` : label || to))
    .replace(/(\*\*|__)(.+?)\1/g, '$2')
    .replace(/(^|\s)[*_](\S.*?)[*_](?=\s|$|[.,;:!?])/g, '$1$2')
    .replace(/`([^`]+)`/g, '$1');
}

export function blocks(markdown: string): Block[] {
  const found: Block[] = [];
  let code: string[] | null = null;
  let open = false;
  for (const line of markdown.replace(/\r\n?/g, '\n').split('\n')) {
    if (/^\s*```/.test(line)) {
      if (code) found.push({ kind: 'code', text: code.join('\n') });
      code = code ? null : [];
      open = false;
      continue;
    }
    if (code) { code.push(line); continue; }
    const last = found.at(-1);
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    const item = bullet.exec(line) ?? numbered.exec(line);
    if (!line.trim()) open = false;
    else if (heading) { found.push({ kind: 'heading', level: heading[1]!.length, text: plain(heading[2]!) }); open = false; }
    else if (item) {
      const ordered = !bullet.test(line);
      if (open && last?.kind === 'list' && last.ordered === ordered) last.items.push(plain(item[1]!));
      else found.push({ kind: 'list', ordered, items: [plain(item[1]!)] });
      open = true;
    } else if (open && last?.kind === 'text') last.text += ` ${plain(line.trim())}`;
    else if (open && last?.kind === 'list') last.items[last.items.length - 1] += ` ${plain(line.trim())}`;
    else { found.push({ kind: 'text', text: plain(line.trim()) }); open = true; }
  }
  if (code?.length) found.push({ kind: 'code', text: code.join('\n') });
  return found;
}
