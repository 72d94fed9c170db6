/** 关键数据变更 as menus and inboxes name it: apart from its items, whose code tables no first page needs. */
export const KEY_CHANGE = 'key-change';
export const KEY_CHANGE_TITLE = '关键数据变更';
