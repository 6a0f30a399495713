const MISSING =
  'UIDs of messages that were not in the folder any more, as an IMAP set such as `2:9,14`; null when the set is too long for a result.';
const NOT_TRANSFERRED =
  'UIDs of messages that were not in the folder any more, or that were not found in the target folder afterwards; null when the set is too long for a result.';
const TRANSFER = {
  already_done: 'Messages that an earlier attempt had already processed, although no answer of the server came.',
  missing: NOT_TRANSFERRED,
  target_uid_validity: 'The UIDVALIDITY of the target folder; null when it is not known.',
  uid_map:
    'The UIDs in the source and in the target folder, in the same order; null when the server does not report them or they are too long for a result.',
  method: 'How it was done: with MOVE, by copying and expunging, or by copying alone.',
  verified: 'Whether every message was found in the target folder.',
};

/** The meaning of the fields in results, by the name of the result's schema. */
export const RESULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MoveMessagesResult: { moved: 'Messages that this job moved.', ...TRANSFER },
  CopyMessagesResult: { copied: 'Messages that this job copied.', ...TRANSFER },
  DeleteMessagesResult: { already_done: TRANSFER.already_done, missing: NOT_TRANSFERRED },
  SetFlagsResult: {
    missing: MISSING,
    conflicted:
      'UIDs of messages that had changed after `if_unchanged_since`; null when the set is too long for a result.',
    rejected_flags: 'Keywords that the folder does not store.',
  },
  SearchMessagesResult: {
    count: 'The number of matching messages, even if `uids` is cut.',
    uids: 'The UIDs of matching messages, as an IMAP set such as `2:9,14`.',
    truncated: 'Whether `uids` has only the highest UIDs, because the whole set is too long for a result.',
  },
  CreateMailboxResult: { created: 'False: the folder existed already.' },
  RenameMailboxResult: {
    renamed: 'False: the folder had this name already.',
    children: 'Folders below it, which were renamed with it.',
  },
  SyncMailboxesResult: {
    mailboxes: 'Folders in the list of the server.',
    added: 'Folders that were not known before.',
    missing: 'Known folders that were not in the list this time. They are kept for 24 hours, in case they come back.',
    removed: 'Folders that were not in the list for more than 24 hours: their messages are removed here.',
    renamed: 'Folders that have another name than before.',
    unselectable: 'Folders in the list that hold no messages themselves.',
    listing: '`damaged`: the list could not be read as a whole; then no folder counts as missing, removed or renamed.',
  },
  SyncMessagesResult: {
    folders: 'Folders that were to be synced.',
    unchanged: 'Folders in which nothing had changed.',
    added: 'Messages that were not known before.',
    updated: 'Messages whose flags had changed.',
    removed: 'Messages that do not exist any more.',
    moved: 'Messages that were moved from one folder to another.',
    unreadable: 'Messages that the server reports nothing about.',
    resets: 'Folders that were read from the start because their UIDVALIDITY had changed.',
    backfill_left: 'Older messages that later syncs still have to fetch.',
    complete: 'Whether everything on the server is stored; false when folders were refused or the list was damaged.',
    listing:
      '`damaged`: the list of folders could not be read completely. The readable and the known folders were synced.',
    refused: 'Folders that could not be opened or read, at most 20; `last_error` of the mailbox says why.',
    refused_count: 'The number of all refused folders, including those that are not tried again yet.',
    flags: '`window`: the server does not report which flags changed, so only the newest messages were compared.',
  },
};
