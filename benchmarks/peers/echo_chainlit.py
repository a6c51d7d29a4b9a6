"""The work that Carrel's echo does, on Chainlit: count the session's messages, and repeat each with its number."""
import chainlit as cl


@cl.on_chat_start
async def start():
    cl.user_session.set("count", 0)


@cl.on_message
async def echo(message: cl.Message):
    count = cl.user_session.get("count") + 1
    cl.user_session.set("count", count)
    await cl.Message(content=f"{count}: {message.content}").send()
