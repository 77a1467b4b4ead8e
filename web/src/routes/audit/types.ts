/** What facts can be filtered by: the beginning of their names, in words. The API takes it as it stands. */
export const factGroups: { value: string; label: string }[] = [
  { value: '', label: 'Everything' },
  { value: 'setup.', label: 'Setup changes' },
  { value: 'person.,access.', label: 'Signing in, refused access' },
  { value: 'export.', label: 'Exports' },
  { value: 'customer.erased,customer.merged,customer.split,identity.added', label: 'Customers: erased, merged, split' },
  { value: 'monitor.,whisper.,barge.,supervisor.,take_over.,hand_back.,assign.,priority.', label: 'Supervision' },
  { value: 'conversation.reviewed', label: 'Reviews' },
  { value: 'alert.', label: 'Alerts' },
  { value: 'offer.,ring.,wait.', label: 'Routing: offers and rings' },
  { value: 'transfer.', label: 'Transfers' },
  { value: 'presence.,desk.', label: 'Presence and desks' },
  { value: 'conversation.,turn.,reply.,note.,close.,reopen.,hold.,wrap_up.,disposition.,label.,outcome.,ownership.', label: 'Conversations: what happened' },
  { value: 'ask.refused', label: 'Wishes that were refused' },
];

/** A fact's name in words: `wrap_up.finish_asked` is "wrap up: finish asked". */
export function typeWords(name: string): string { return name.replace('.', ': ').replaceAll('_', ' '); }
