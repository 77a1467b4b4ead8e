const labels: Record<string, string> = {
  agent: 'Agent',
  supervisor: 'Supervisor',
  admin: 'Administrator',
  ai_builder: 'AI builder',
};

/** A role's word on screen; one that is not known here is shown as it comes, with its underscores taken out. */
export function roleLabel(role: string): string {
  const words = role.replaceAll('_', ' ');
  return labels[role] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
