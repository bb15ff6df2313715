"""The database of the sandbox's tests, as its owner."""

import asyncio
from typing import Any, LiteralString, Self, cast
from uuid import UUID, uuid4

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb


class Rows:
    """The database as its owner, over one connection that is opened on first use."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: AsyncConnection[DictRow] | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def query(self, sql: LiteralString, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement; after a restart of Postgres over a new connection."""
        async with self._turn:
            try:
                return await self._run(sql, values)
            except OperationalError:
                if self._connection is None or not self._connection.broken:
                    raise
                return await self._run(sql, values)

    async def _run(self, sql: LiteralString, values: dict[str, object]) -> list[dict[str, Any]]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection[DictRow].connect(self.url, autocommit=True, row_factory=dict_row)
        cursor = await self._connection.execute(sql, values)
        return await cursor.fetchall() if cursor.description else []

    async def restaurant(self, organisation_id: UUID, **columns: object) -> UUID:
        """A restaurant with all values that a registration needs."""
        values = {
            "organisation": organisation_id,
            "name": f"Test Kitchen {uuid4().hex[:8]}",
            "email": f"{uuid4().hex[:8]}@owner.example",
            "cuisine": ["thai"],
            "primary_color": "#112233",
            "secondary_color": "#ddeeff",
            "website_og_image": "https://site.example/share.jpg",
            "metadata": Jsonb({"external_id": columns.pop("external_id", None)}),
        } | columns
        [row] = await self.query(
            """
            INSERT INTO restaurants (organisation_id, name, email, cuisine, primary_color, secondary_color,
                                     website_og_image, metadata)
            VALUES (%(organisation)s, %(name)s, %(email)s, %(cuisine)s, %(primary_color)s, %(secondary_color)s,
                    %(website_og_image)s, %(metadata)s) RETURNING id
            """,
            **values,
        )
        return row["id"]

    async def menu(self, restaurant_id: UUID, items: int = 13) -> UUID:
        """A menu; every second dish is popular, every third is vegan."""
        [row] = await self.query("INSERT INTO menus (restaurant_id) VALUES (%(id)s) RETURNING id", id=restaurant_id)
        await self.query(
            """
            INSERT INTO menu_items (menu_id, name, price, tags)
            SELECT %(menu)s, 'Dish ' || n, 10 + n,
                   array_remove(ARRAY[CASE WHEN n %% 2 = 0 THEN 'Popular' END,
                                      CASE WHEN n %% 3 = 0 THEN 'Vegan' END], NULL)
            FROM generate_series(1, %(items)s) AS n
            """,
            menu=row["id"],
            items=items,
        )
        return row["id"]

    async def images(self, menu_id: UUID, count: int) -> None:
        """Images of the first dishes of a menu, none of them uploaded."""
        await self.query(
            """
            INSERT INTO item_images (menu_item_id, url)
            SELECT id, 'https://images.example/' || id FROM menu_items WHERE menu_id = %(menu)s ORDER BY name
            LIMIT %(count)s
            """,
            menu=menu_id,
            count=count,
        )

    async def switch_on(self, organisation_id: UUID, flag: str) -> None:
        """Switch a feature of the registration on for an organisation."""
        await self.query(
            """
            UPDATE organisations
            SET feature_flags = jsonb_set(feature_flags, ARRAY['registration', %(flag)s, 'enabled'], 'true')
            WHERE id = %(organisation)s
            """,
            organisation=organisation_id,
            flag=flag,
        )

    async def select(self, table: str, condition: str, **values: object) -> list[dict[str, Any]]:
        """Whole rows of a table; both names are the test's own."""
        return await self.query(cast(LiteralString, f"SELECT * FROM {table} WHERE {condition}"), **values)
