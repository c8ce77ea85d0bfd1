"""User pools of Cognito: the attributes that every one has."""

STANDARD_ATTRIBUTES = frozenset(
    (
        *("address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "identities"),
        *("locale", "middle_name", "name", "nickname", "phone_number", "phone_number_verified", "picture"),
        *("preferred_username", "profile", "sub", "updated_at", "website", "zoneinfo"),
    )
)
