"""Passwords and their encryption."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from registration.accounts.passwords import CHARACTER_CLASSES, Cipher, new_password
from registration.errors import MisconfiguredInstallation


def make_key() -> SecretStr:
    """A fresh Fernet key."""
    return SecretStr(Fernet.generate_key().decode())


def test_passwords_are_twenty_characters_with_one_of_each_class() -> None:
    """A thousand passwords, no two of them equal."""
    passwords = {new_password().get_secret_value() for _ in range(1000)}
    assert len(passwords) == 1000
    for password in passwords:
        assert len(password) == 20
        assert all(set(password) & set(characters) for characters in CHARACTER_CLASSES)
        assert set(password) <= set("".join(CHARACTER_CLASSES))


def test_no_password_has_what_a_script_of_the_platform_would_cut_or_a_shell_read() -> None:
    """Scripts take the text between the first two equals signs; a shell reads the rest inside double quotes."""
    assert not set('="$`\\') & set("".join(CHARACTER_CLASSES))


def test_every_character_can_be_anywhere_but_at_the_ends() -> None:
    """A spreadsheet, a command or a sentence misreads punctuation at the ends, and a digit at the beginning."""
    passwords = [new_password().get_secret_value() for _ in range(3000)]
    for index in (1, 9, 18):
        assert all({password[index] for password in passwords} & set(characters) for characters in CHARACTER_CLASSES)
    assert all(password[0].isalpha() and password[-1].isalnum() for password in passwords)


@given(st.text())
def test_what_is_encrypted_is_decrypted_to_the_same(text: str) -> None:
    """Any text, and never in clear."""
    cipher = Cipher([make_key()])
    stored = cipher.encrypt(SecretStr(text))
    assert cipher.decrypt(stored).get_secret_value() == text
    assert cipher.encrypt(SecretStr(text)) != stored


def test_an_old_key_still_opens_and_rotation_moves_to_the_new_one() -> None:
    """After `rotate` the old key can go."""
    old, new = make_key(), make_key()
    stored = Cipher([old]).encrypt(SecretStr("Sesame!1"))
    both = Cipher([new, old])
    assert both.decrypt(stored).get_secret_value() == "Sesame!1"
    assert Cipher([new]).decrypt(both.rotate(stored)).get_secret_value() == "Sesame!1"


def test_without_the_right_key_the_installation_is_misconfigured() -> None:
    """The message says what to do, for reading as for rotating."""
    stored = Cipher([make_key()]).encrypt(SecretStr("Sesame!1"))
    for use in (Cipher([make_key()]).decrypt, Cipher([make_key()]).rotate):
        with pytest.raises(MisconfiguredInstallation, match="another key"):
            use(stored)


def test_no_key_is_refused() -> None:
    """An installation without a key cannot store passwords."""
    with pytest.raises(MisconfiguredInstallation, match="REGISTRATION_ENCRYPTION_KEYS"):
        Cipher([])


@pytest.mark.parametrize("bad", ["", "short", "ключ", "x" * 44])
def test_an_invalid_key_is_refused_without_showing_it(bad: str) -> None:
    """The message counts the keys instead of printing them."""
    with pytest.raises(MisconfiguredInstallation, match="key 2") as caught:
        Cipher([make_key(), SecretStr(bad)])
    assert not bad or bad not in str(caught.value)
