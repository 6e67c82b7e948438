/** A hull on an inclined slipway. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b4f8a"/><path d="M7 12h17l-3.2 7H11z" fill="#fff"/><path d="M14 5h3v6h-3z" fill="#9fd0ff"/><path d="M4 21l24 4.5" stroke="#9fd0ff" stroke-width="2.4" stroke-linecap="round"/></svg>
`;
