/** `labwire help ciphers`. */
export const ciphers = `Ciphers: what messages go through on the wire

  none       as they are
  caesar     letters moved on by a number: --key 3
  vigenere   letters moved on by those of a word: --key LEMON
  xor        bytes against those of a text, again and again; native only
  aes-gcm    records sealed under keys made from a passphrase; native only

caesar, vigenere and xor teach, and protect nothing: each is broken by hand. aes-gcm teaches how
sealing is done. What protects is --secret, a passphrase both sides know, which nobody who listens
can try out; or TLS (--tls-self-signed, --tls).

Both sides name the same cipher and key:

  labwire serve --mode operator --cipher vigenere --key LEMON
  labwire connect 127.0.0.1:8000 --dialect raw --cipher vigenere --key LEMON

Other users of the machine see a key on the command line. --key-file and LABWIRE_KEY keep it from
them.
`;
